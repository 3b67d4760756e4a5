//! Who reads and writes the memory of arrays at this moment: what lets views be used in safe code.
//!
//! Two arrays may be the same memory, or overlap: Python passes one array twice, or a slice of it. A view therefore claims the bytes that it
//! reaches while it lives, in a table of this library image. Within a thread, views are like `Cell`s: there may be several, and each sees what the
//! others write. Between threads, whoever writes excludes all others, who wait. References of Rust (`&[T]` and `&mut [T]`, as other crates'
//! views have them) exclude more: nobody may write while there is one to read, and one to write excludes everybody.
//!
//! What other libraries do with the memory cannot be seen here, see SAFETY.md.

use crate::arrays::descriptor::Descriptor;
use crate::arrays::layout::Layout;
use crate::call::context::Cx;
use crate::interpreter::lock_wait::{LockWait, Stop, lock_timeout};
use crate::python::error::{Error, Result, runtime_error};
use crate::python::messages;
use crate::python::object::is_attached;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is done with the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// One thread reads, while it may write elsewhere.
    Reads,
    /// One thread reads and writes.
    Writes,
    /// There are shared references: nobody writes.
    Shared,
    /// There is an exclusive reference.
    Exclusive,
}

/// A part of the memory: where it begins and ends, and which bytes in between it means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    start: usize,
    end: usize,
    /// Elements begin at multiples of this many bytes from each other.
    step: usize,
    /// The bytes of an element.
    item: usize,
    /// Where some element begins.
    first: usize,
    rows: Rows,
}

/// The same memory as rows: pieces of one length, each at the same distance from the one before.
#[derive(Clone, Copy, Debug)]
struct Rows {
    every: usize,
    first: usize,
    length: usize,
}

/// Whether no byte of pieces of one length, with a multiple of `every` between them, is one of the other's.
fn are_apart((first, length): (usize, usize), (other, other_length): (usize, usize), every: usize) -> bool {
    let apart = other.wrapping_sub(first) as isize;
    let offset = apart.rem_euclid(every as isize) as usize;
    offset >= length && offset + other_length <= every
}

impl Region {
    pub(crate) fn of(array: &Layout<'_>) -> Region {
        let (start, end) = array.range();
        let item = array.dtype.pitch();
        let axes = || array.shape().iter().zip(array.strides()).filter(|(size, _)| **size > 1);
        let bytes = |stride: i64| stride.unsigned_abs() as usize * item;
        let step = axes().fold(0, |step, (_, &stride)| gcd(step, bytes(stride)));
        // All but the axis with the widest step.
        let widest = axes().map(|(_, &stride)| bytes(stride)).max().unwrap_or(0);
        let (mut low, mut length, mut left_out) = (array.data as usize, item, false);
        for (&size, &stride) in axes() {
            if bytes(stride) == widest && !left_out {
                left_out = true;
                continue;
            }
            let reach = (size as usize - 1) * bytes(stride);
            length += reach;
            if stride < 0 {
                low = low.wrapping_sub(reach);
            }
        }
        let rows = Rows { every: widest, first: low, length };
        Region { start, end, step, item, first: array.data as usize, rows }
    }

    /// Of elements in a row.
    pub(crate) fn of_slice<T>(slice: &[T]) -> Region {
        let (start, item) = (slice.as_ptr() as usize, size_of::<T>());
        let step = if slice.len() > 1 { item } else { 0 };
        let rows = Rows { every: 0, first: start, length: size_of_val(slice) };
        Region { start, end: start + size_of_val(slice), step, item, first: start, rows }
    }

    /// Whether the two may have a byte in common.
    fn overlaps(&self, other: &Region) -> bool {
        if self.start >= other.end || other.start >= self.end {
            return false;
        }
        let (one, two) = (self.rows, other.rows);
        let (step, every) = (gcd(self.step, other.step), gcd(one.every, two.every));
        // Columns of one array lie in each other's range, and yet apart; and so do its left and its right half.
        let elements = step > 0 && are_apart((self.first, self.item), (other.first, other.item), step);
        let pieces = every > 0 && are_apart((one.first, one.length), (two.first, two.length), every);
        !elements && !pieces
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

struct Entry {
    number: u64,
    region: Region,
    usage: Use,
    thread: u64,
    /// The argument of a call that made it: the address of the call's context, and its number there.
    argument: Option<(usize, u16)>,
}

/// All claims that there are. Few at a time: one for each view that lives.
static CLAIMS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

fn claims() -> MutexGuard<'static, Vec<Entry>> {
    CLAIMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number for the running thread that no other ever has.
fn this_thread() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static THIS: Cell<u64> = const { Cell::new(0) };
    }
    THIS.with(|this| {
        if this.get() == 0 {
            this.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        this.get()
    })
}

/// Whether two uses of overlapping memory are possible at once.
fn agree(one: Use, other: Use, same_thread: bool) -> bool {
    match (one, other) {
        (Use::Exclusive, _) | (_, Use::Exclusive) => false,
        (Use::Writes, Use::Shared) | (Use::Shared, Use::Writes) => false,
        (Use::Writes, _) | (_, Use::Writes) => same_thread,
        _ => true,
    }
}

/// Memory that is claimed until this is dropped.
#[derive(Debug)]
pub(crate) struct Claim(u64);

/// Why a claim has to wait or fail.
enum Busy {
    SameThread(Use, Option<(usize, u16)>),
    OtherThread(u64),
}

impl Claim {
    fn attempt(region: Region, usage: Use, thread: u64, argument: Option<(usize, u16)>) -> Result<Claim, Busy> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let mut all = claims();
        for entry in all.iter() {
            let same = entry.thread == thread;
            if !agree(entry.usage, usage, same) && entry.region.overlaps(&region) {
                return Err(match same {
                    true => Busy::SameThread(entry.usage, entry.argument),
                    false => Busy::OtherThread(entry.number),
                });
            }
        }
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        all.push(Entry { number, region, usage, thread, argument });
        Ok(Claim(number))
    }

    /// Claims the memory of an array; waits for other threads, without the interpreter.
    ///
    /// # Errors
    /// `RuntimeError` where this thread itself is in the way, or the wait has taken too long; whatever a signal's handler raises.
    pub(crate) fn new(array: &Descriptor, usage: Use) -> Result<Claim> {
        Claim::of_region(Region::of(&array.layout()), usage)
    }

    /// As [`new`](Self::new).
    ///
    /// # Errors
    /// As `new`.
    pub(crate) fn of_region(region: Region, usage: Use) -> Result<Claim> {
        if region.start == region.end {
            return Ok(Claim(0));
        }
        let thread = this_thread();
        match Claim::attempt(region, usage, thread, None) {
            Ok(claim) => Ok(claim),
            Err(busy) => Claim::wait(region, usage, thread, busy),
        }
    }

    /// As [`new`](Self::new), for an argument of a call, while the arguments are lent to it; `None` with an exception raised.
    pub(crate) fn of_argument(array: &Descriptor, usage: Use, cx: &mut Cx<'_>) -> Option<Claim> {
        if array.size() == 0 {
            return Some(Claim(0));
        }
        let (region, thread) = (Region::of(&array.layout()), this_thread());
        let argument = (std::ptr::from_ref(cx) as usize, cx.spot().argument);
        let busy = match Claim::attempt(region, usage, thread, Some(argument)) {
            Ok(claim) => return Some(claim),
            Err(busy) => busy,
        };
        let error = match busy {
            Busy::SameThread(_, Some((call, other))) if call == argument.0 => {
                runtime_error(cx.overlapping(other, argument.1))
            }
            busy => {
                // Others run meanwhile.
                cx.own_arguments();
                match Claim::wait(region, usage, thread, busy) {
                    Ok(claim) => return Some(claim),
                    Err(error) => error,
                }
            }
        };
        cx.refused_by(error);
        None
    }

    #[cold]
    fn wait(region: Region, usage: Use, thread: u64, mut busy: Busy) -> Result<Claim> {
        let refuse = |other| runtime_error(messages::array_in_use(usage != Use::Reads && usage != Use::Shared, other));
        let (wait, since) = (LockWait::begin(), Instant::now());
        loop {
            let number = match busy {
                Busy::SameThread(other, _) => return Err(refuse(matches!(other, Use::Writes | Use::Exclusive))),
                Busy::OtherThread(number) => number,
            };
            let free = || !claims().iter().any(|entry| entry.number == number);
            if is_attached() {
                let what = || messages::ARRAY_MEMORY.to_owned();
                if let Err(stop) = wait.until_free(number as usize, Vec::new(), &what, &free) {
                    stop.raise(&what);
                    return Err(Error::fetch());
                }
            } else {
                while !free() {
                    if since.elapsed() >= lock_timeout() {
                        let stop = Stop::TooLong(lock_timeout(), None);
                        let Stop::TooLong(limit, holder) = &stop else { continue };
                        let text = messages::locked_too_long(messages::ARRAY_MEMORY, *limit, holder.as_deref());
                        return Err(runtime_error(text));
                    }
                    sleep(Duration::from_micros(50));
                }
            }
            match Claim::attempt(region, usage, thread, None) {
                Ok(claim) => return Ok(claim),
                Err(next) => busy = next,
            }
        }
    }
}

/// Gives the claim with this number back.
#[inline(never)]
fn give_back(number: u64) {
    let mut all = claims();
    if let Some(at) = all.iter().rposition(|entry| entry.number == number) {
        all.swap_remove(at);
    }
}

impl Drop for Claim {
    #[inline]
    fn drop(&mut self) {
        if self.0 != 0 {
            give_back(self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Region, Rows, Use, agree, gcd};
    use crate::arrays::dlpack::Device;
    use crate::arrays::layout::Layout;

    fn region(first: usize, count: usize, step: usize, item: usize) -> Region {
        let every = if count > 1 { step } else { 0 };
        let rows = Rows { every, first, length: item };
        Region { start: first, end: first + (count - 1) * step + item, step: every, item, first, rows }
    }

    #[test]
    fn overlaps() {
        let all = region(1000, 100, 4, 4);
        assert!(all.overlaps(&all));
        assert!(!all.overlaps(&region(1400, 10, 4, 4)));
        assert!(all.overlaps(&region(1396, 10, 4, 4)));
        // Every second element, and those in between.
        let (even, odd) = (region(1000, 50, 8, 4), region(1004, 50, 8, 4));
        assert!(!even.overlaps(&odd) && !odd.overlaps(&even));
        assert!(even.overlaps(&region(1003, 50, 8, 4)));
        assert!(even.overlaps(&region(1004, 50, 12, 4)));
        assert!(even.overlaps(&region(1004, 1, 0, 8)));
        assert!(!even.overlaps(&region(1004, 1, 0, 4)));
        assert_eq!(gcd(12, 18), 6);
    }

    #[test]
    fn halves_and_columns() {
        // Of an array of 4 x 6 numbers of 4 bytes.
        let part = |row: usize, column: usize, dims: &[i64]| {
            let data = (4096 + 24 * row + 4 * column) as *mut std::ffi::c_void;
            let device = Device { kind: 1, id: 0 };
            Region::of(&Layout { data, device, dtype: crate::dtype::<f32>(), read_only: false, dims })
        };
        let (left, right) = (part(0, 0, &[4, 3, 6, 1]), part(0, 3, &[4, 3, 6, 1]));
        assert!(!left.overlaps(&right) && !right.overlaps(&left) && left.overlaps(&left));
        assert!(left.overlaps(&part(0, 2, &[4, 3, 6, 1])));
        assert!(!left.overlaps(&part(1, 4, &[2, 2, 12, 1])) && left.overlaps(&part(1, 2, &[2, 2, 12, 1])));
        // Backwards.
        let right = part(3, 5, &[4, 3, -6, -1]);
        assert!(!left.overlaps(&right) && !right.overlaps(&left));
        assert!(part(0, 2, &[4, 3, 6, -1]).overlaps(&left));
        assert!(!part(0, 0, &[4, 6]).overlaps(&part(0, 1, &[4, 5, 6, 1])));
        assert!(!part(0, 0, &[2, 6, 6, 1]).overlaps(&part(2, 0, &[2, 6, 6, 1])));
        assert!(part(0, 0, &[6, 4, 1, 6]).overlaps(&part(3, 5, &[])));
    }

    #[test]
    fn uses() {
        use Use::*;
        for (one, other, same, apart) in [
            (Reads, Reads, true, true),
            (Reads, Writes, true, false),
            (Writes, Writes, true, false),
            (Shared, Reads, true, true),
            (Shared, Shared, true, true),
            (Shared, Writes, false, false),
            (Exclusive, Reads, false, false),
            (Exclusive, Exclusive, false, false),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!((agree(one, other, true), agree(one, other, false)), (same, apart), "{one:?} {other:?}");
            }
        }
    }
}
