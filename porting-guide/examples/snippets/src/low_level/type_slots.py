import gc

from type_slots import Wrapper

wrapper = Wrapper()
print(len(wrapper), gc.is_tracked(wrapper))
wrapper.value = [wrapper]
print(len(wrapper), wrapper.value[0] is wrapper)
del wrapper
print(gc.collect() > 0)
