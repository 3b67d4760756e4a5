from dogs import Dog, alarm


class Loud(Dog):
    def bark(self):
        return super().bark().upper()


print(alarm(Dog("Max")), alarm(Loud("Max")))
