# Rust only: the errors are those of the borrow rules.
# guide: hide
import internal

path = internal.Path()
path.add(1)

# guide: show
path.at(0).x = 3
