# guide: hide
import aliasing

a = aliasing.Account()

# guide: show
aliasing.transfer(a, a, 1)
