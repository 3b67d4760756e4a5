//! Days and seconds of the calendar that Python's `datetime` has, the Gregorian one for all times.

/// Seconds of a day.
pub(super) const DAY: i64 = 24 * 60 * 60;

/// A date and a time of day, of an unnamed time zone.
#[derive(Clone, Copy)]
pub(in crate::cast) struct Civil {
    pub(in crate::cast) year: i64,
    pub(in crate::cast) month: u8,
    pub(in crate::cast) day: u8,
    pub(in crate::cast) hour: u8,
    pub(in crate::cast) minute: u8,
    pub(in crate::cast) second: u8,
}

impl Civil {
    /// Seconds since 1970-01-01, for years of up to ten digits.
    pub(in crate::cast) fn seconds(self) -> i64 {
        let Civil { year, month, day, hour, minute, second } = self;
        // Years begin in March here, so that the day which comes and goes is the last one.
        let (month, year) = if month > 2 { (month - 3, year) } else { (month + 9, year - 1) };
        let days_of_years = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let days_of_months = (153 * i64::from(month) + 2) / 5;
        let days = days_of_years + days_of_months + i64::from(day) - 1 - EPOCH;
        days * DAY + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)
    }

    /// The other way round, for any number.
    pub(in crate::cast) fn of_seconds(seconds: i64) -> Civil {
        // Days since the 1st of March of the year 0, in cycles of 400 years.
        let days = seconds.div_euclid(DAY) + EPOCH;
        let (cycle, in_cycle) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
        // The last day of each cycle, of four years, belongs to the year before it.
        let of_year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / (CYCLE - 1)) / 365;
        let in_year = in_cycle - (of_year * 365 + of_year / 4 - of_year / 100);
        let of_month = (5 * in_year + 2) / 153;
        let day = in_year - (153 * of_month + 2) / 5 + 1;
        let month = if of_month < 10 { of_month + 3 } else { of_month - 9 };
        let in_day = seconds.rem_euclid(DAY);
        Civil {
            year: cycle * 400 + of_year + i64::from(month <= 2),
            month: month as u8,
            day: day as u8,
            hour: (in_day / 3600) as u8,
            minute: (in_day / 60 % 60) as u8,
            second: (in_day % 60) as u8,
        }
    }
}

/// Days from the 1st of March of the year 0 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days of 400 years.
const CYCLE: i64 = 146_097;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_follows_the_one_before() {
        let start = Civil { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 }.seconds();
        assert_eq!(start, -62_135_596_800);
        let (mut year, mut month, mut day) = (1, 1, 1);
        for days in 0..3_652_059 {
            let civil = Civil::of_seconds(start + days * DAY + 86_399);
            assert_eq!((civil.year, civil.month, civil.day), (year, month, day));
            assert_eq!((civil.hour, civil.minute, civil.second), (23, 59, 59));
            assert_eq!(civil.seconds(), start + days * DAY + 86_399);
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                4 | 6 | 9 | 11 => 30,
                2 if leap => 29,
                2 => 28,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for seconds in [-(1 << 60), 1 << 60, 0, -1] {
            assert_eq!(Civil::of_seconds(seconds).seconds(), seconds);
        }
        for seconds in [i64::MIN, i64::MAX] {
            assert!(Civil::of_seconds(seconds).year.abs() > 1 << 37);
        }
    }
}
