# Rust only: nanobind 3 names another function in this text.
# guide: hide
import shapes

# guide: show
type(shapes.unit())
shapes.Shape().area()
