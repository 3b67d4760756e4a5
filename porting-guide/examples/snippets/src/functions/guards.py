from guards import both, slow_sum, timed_sum

print(slow_sum([1, 2]), timed_sum([3]), both([4]))
