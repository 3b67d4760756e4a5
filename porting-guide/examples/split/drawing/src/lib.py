import drawing

line = drawing.Line(length=2)
line.color = drawing.darker(drawing.Color(200))
circle = drawing.Circle(1)
drawing.grow(circle, by=0.5)
print(line.length, line.color.red, circle.radius, drawing.THIN, drawing.is_style(drawing.DEFAULT_STYLE))
print(drawing.__doc__, drawing.Color.__doc__, drawing.is_style.__doc__)
