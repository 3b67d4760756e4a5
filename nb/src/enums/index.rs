//! [`Index`]: finds members by their address or by their number.

/// A hash table of places in a list, for keys that the list knows itself.
#[derive(Default)]
pub(super) struct Index {
    /// Places counted from 1, 0 where there is none; a power of two of them, at most half of them taken.
    slots: Box<[u32]>,
    taken: usize,
}

impl Index {
    #[inline(always)]
    fn start(key: u64, slots: usize) -> usize {
        // Fibonacci hashing: small numbers and addresses of neighbours are spread over the upper bits.
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (slots - 1)
    }

    /// The place under `key` for which `is` holds.
    #[inline(always)]
    pub(super) fn find(&self, key: u64, is: impl Fn(usize) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = Self::start(key, self.slots.len());
        loop {
            let place = self.slots[at].checked_sub(1)? as usize;
            if is(place) {
                return Some(place);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Enters a place; `key_of` gives the keys of those entered before.
    pub(super) fn enter(&mut self, place: usize, key_of: impl Fn(usize) -> u64) {
        if self.slots.len() < 2 * (self.taken + 1) {
            let grown = vec![0; 2 * self.slots.len().max(4)].into_boxed_slice();
            let old = std::mem::replace(&mut self.slots, grown);
            old.into_iter().filter(|&slot| slot != 0).for_each(|slot| self.put(slot, key_of(slot as usize - 1)));
        }
        self.taken += 1;
        self.put(u32::try_from(place + 1).expect("fewer members than that"), key_of(place));
    }

    fn put(&mut self, slot: u32, key: u64) {
        let mut at = Self::start(key, self.slots.len());
        while self.slots[at] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = slot;
    }
}

#[cfg(test)]
mod tests {
    use super::Index;

    #[test]
    fn keys_are_found_among_many_and_others_are_not() {
        let keys: Vec<u64> =
            (0..300).map(|n| n * 48).chain([u64::MAX, u64::MAX - 1, 1 << 63]).chain((1..50).map(|n| n << 32)).collect();
        let mut index = Index::default();
        assert_eq!(index.find(0, |_| true), None);
        for place in 0..keys.len() {
            index.enter(place, |at| keys[at]);
        }
        for (place, &key) in keys.iter().enumerate() {
            assert_eq!(index.find(key, |at| keys[at] == key), Some(place));
        }
        for key in [1, 47, 49, 1 << 62] {
            assert_eq!(index.find(key, |at| keys[at] == key), None);
        }
    }
}
