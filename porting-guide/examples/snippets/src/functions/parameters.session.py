# guide: hide
import parameters

# guide: show
parameters.munge(1, 2, 3, invert=True)
parameters.munge.__doc__
parameters.example(200, False)
