from slots import Dog

print(Dog("max").name, Dog(tag="rex").name, Dog.__init__.__doc__)
