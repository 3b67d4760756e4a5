from manual_new import Tagged


class Sub(Tagged):
    pass


print(Tagged("a").tag, Sub(text="b").tag)
