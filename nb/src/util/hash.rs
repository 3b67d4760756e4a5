//! [`Map`]: hash tables for keys that nobody chooses: addresses and type ids.

use std::collections::HashMap;

/// Addresses and type ids need no protection against chosen keys, and these tables are on the way of many calls.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl std::hash::Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64((*byte).into());
        }
    }
    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

/// The hasher of all tables.
pub(crate) const MIX: std::hash::BuildHasherDefault<Mix> = std::hash::BuildHasherDefault::new();

pub(crate) type Map<K, V> = HashMap<K, V, std::hash::BuildHasherDefault<Mix>>;
