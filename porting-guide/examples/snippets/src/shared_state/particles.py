from particles import Particle, World

world = World()
particle = Particle(x=1)
world.add(particle)
particle.push(2)
other = world.spawn(5)
particle.lead(other)
world.step(0.5)
print(particle.x, other.leader is particle, particle.leader, world.particles[0] is particle)
