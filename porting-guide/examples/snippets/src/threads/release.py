from threads import Cache, import_in_thread

cache = Cache()
cache.fill(n=3)
print(len(cache), import_in_thread("json"))
