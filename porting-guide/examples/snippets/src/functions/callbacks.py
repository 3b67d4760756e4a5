from callbacks import Button, adder, func_arg, func_ret

print(func_arg(lambda i: i * 2), func_ret(lambda i: i * 2)(5), adder(3)(4), adder(3)(number=5))
button = Button()
print(button.click(1))
button.on_click = lambda count: count + 10
print(button.click(1))
button.on_click = None
print(button.click(1), button.on_click)
