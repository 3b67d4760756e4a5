from templates import IntStack, StrStack

numbers, texts = IntStack(), StrStack()
numbers.push(5)
texts.push(item="five")
print(numbers.top(), texts.top(), IntStack().top())
print(IntStack.push.__doc__, StrStack.push.__doc__)
