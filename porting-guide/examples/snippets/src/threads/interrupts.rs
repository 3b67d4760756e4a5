use nb::prelude::*;

/// The sum of the divisors of all numbers below.
fn divisors(below: u64) -> nb::Result<u64> {
    let mut signals = nb::signals::new();
    let sum = nb::gil_scoped_release::run(|| {
        let mut sum = 0;
        for number in 1..below {
            if signals.interrupted() {
                break;
            }
            sum += (1..=number).filter(|divisor| number % divisor == 0).sum::<u64>();
        }
        sum
    });
    signals.check()?;
    Ok(sum)
}

nb_module!(interrupts, m, {
    m.def("divisors", &divisors, "below"_a);
});
