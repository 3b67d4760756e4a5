from strings import Color, is_red

print(Color.Red == "red", [color.value for color in Color], is_red(Color.Green), is_red(Color("red")))
