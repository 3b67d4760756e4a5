# guide: hide
import intrusive

# guide: show
root = intrusive.family()
leaf = root.children[0]
root.children[0] is leaf
root.add(intrusive.Node("second"))
root.children[1].name
