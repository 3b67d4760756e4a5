# guide: hide
import vectorized

# guide: show
vectorized.power([1, 2, 3])
vectorized.power(2, [[1], [2]])
vectorized.power(3)
