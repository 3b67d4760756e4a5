//! [`ThinVec`]: a vector of one word, for what most calls do not need.

/// Elements on the heap; null without any. Every operation but the question for emptiness is out of the callers' way.
#[allow(clippy::box_collection, reason = "one word in every call instead of three")]
pub(crate) struct ThinVec<T>(Option<Box<Vec<T>>>);

impl<T> Default for ThinVec<T> {
    #[inline(always)]
    fn default() -> Self {
        ThinVec(None)
    }
}

impl<T> ThinVec<T> {
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Null without any.
    #[inline(always)]
    pub(crate) fn address(&self) -> usize {
        self.0.as_deref().map_or(0, |all| std::ptr::from_ref(all) as usize)
    }

    /// Adds elements.
    #[cold]
    #[inline(never)]
    pub(crate) fn extend(&mut self, elements: impl IntoIterator<Item = T>) {
        self.0.get_or_insert_default().extend(elements);
    }

    #[cold]
    #[inline(never)]
    fn discard(&mut self) {
        self.0 = None;
    }

    /// Takes all elements out.
    pub(crate) fn take(&mut self) -> Vec<T> {
        self.0.take().map_or_else(Vec::new, |all| *all)
    }

    pub(crate) fn all(&self) -> &[T] {
        self.0.as_deref().map_or(&[], |all| all)
    }

    pub(crate) fn all_mut(&mut self) -> &mut [T] {
        self.0.as_deref_mut().map_or(&mut [], |all| all)
    }
}

impl<T> Drop for ThinVec<T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.discard();
        }
    }
}
