//! A crate that is correct. Its presence makes trybuild build the cases instead of only checking
//! them: assertions about annotations fire when a function is instantiated, which a check does not do.

fn main() {}
