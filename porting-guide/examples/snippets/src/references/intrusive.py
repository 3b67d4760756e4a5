from intrusive import Node, family

root = family()
print(root.name, [child.name for child in root.children], root.children[0] is root.children[0])
node = Node("new")
root.add(child=node)
print(root.children[1] is node)
