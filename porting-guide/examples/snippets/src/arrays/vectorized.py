import numpy as np
import vectorized

print(vectorized.power(3.0), vectorized.power(np.array([1.0, 2.0]), n=3).tolist())
print(vectorized.mix(np.array([[0], [10]], np.float32), np.array([20, 40], np.float32), t=0.5).tolist())
