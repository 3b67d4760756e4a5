//! Implementations for each atomic number: [`for_each_atomic!`].

/// Calls a macro with the atomics of the standard library, and of each the type of its value: `AtomicBool, bool; AtomicI8, i8; ..`.
macro_rules! for_each_atomic {
    ($each:ident) => {
        $each! {
            std::sync::atomic::AtomicBool, bool;
            std::sync::atomic::AtomicI8, i8;
            std::sync::atomic::AtomicI16, i16;
            std::sync::atomic::AtomicI32, i32;
            std::sync::atomic::AtomicI64, i64;
            std::sync::atomic::AtomicIsize, isize;
            std::sync::atomic::AtomicU8, u8;
            std::sync::atomic::AtomicU16, u16;
            std::sync::atomic::AtomicU32, u32;
            std::sync::atomic::AtomicU64, u64;
            std::sync::atomic::AtomicUsize, usize;
        }
    };
}
pub(crate) use for_each_atomic;
