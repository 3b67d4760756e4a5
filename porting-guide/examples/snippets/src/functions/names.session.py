# guide: hide
import arithmetic

# guide: show
arithmetic.add.__doc__
arithmetic.greet.__doc__
arithmetic.area(1, 2)
