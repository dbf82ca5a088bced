//! Numbers of DynamoDB: decimal, exact, with up to 38 digits.

use std::{cmp::Ordering, fmt};

/// The most digits.
const MOST_DIGITS: usize = 38;

/// The largest distance from the decimal point at which a number is written without an exponent.
const PLAIN: i32 = 38;

/// `mantissa` times ten to the power of `exponent`; the mantissa does not end in 0, so a number has one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    mantissa: i128,
    exponent: i32,
}

impl Number {
    fn new(mut mantissa: i128, mut exponent: i32) -> Option<Number> {
        if mantissa == 0 {
            return Some(Number { mantissa: 0, exponent: 0 });
        }
        while mantissa % 10 == 0 {
            (mantissa, exponent) = (mantissa / 10, exponent + 1);
        }
        let number = Number { mantissa, exponent };
        (number.digits() <= MOST_DIGITS && (-130..=125).contains(&number.magnitude())).then_some(number)
    }

    /// Reads a number: `-12`, `0.5`, `1e+3`. `None` for a text that is no number, or has too many digits.
    pub(crate) fn parse(text: &str) -> Option<Number> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse().ok()?),
            None => (text, 0_i32),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, digits.strip_prefix('+').unwrap_or(digits)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Zeros at the end count as the exponent, so that they are no digits.
        let significant = all.trim_end_matches('0');
        let zeros = i32::try_from(all.len() - significant.len()).ok()?;
        let mantissa: i128 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?.checked_add(zeros)?;
        Number::new(sign * mantissa, exponent)
    }

    /// The sum; `None` where it has too many digits.
    pub(crate) fn plus(self, other: Number) -> Option<Number> {
        let exponent = match (self.mantissa, other.mantissa) {
            (0, _) => return Some(other),
            (_, 0) => return Some(self),
            _ => self.exponent.min(other.exponent),
        };
        let scaled = |number: Number| {
            let shift = u32::try_from(number.exponent - exponent).ok()?;
            number.mantissa.checked_mul(10_i128.checked_pow(shift)?)
        };
        Number::new(scaled(self)?.checked_add(scaled(other)?)?, exponent)
    }

    fn digits(self) -> usize {
        self.mantissa.unsigned_abs().to_string().len()
    }

    /// The exponent of the first digit.
    fn magnitude(self) -> i32 {
        self.exponent + i32::try_from(self.digits()).unwrap_or(i32::MAX) - 1
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let of_sign = self.mantissa.signum().cmp(&other.mantissa.signum());
        if of_sign != Ordering::Equal || self.mantissa == 0 {
            return of_sign;
        }
        // Of one magnitude, the first digits that differ decide.
        let text = |number: &Number| number.mantissa.unsigned_abs().to_string();
        let larger = self.magnitude().cmp(&other.magnitude()).then_with(|| text(self).cmp(&text(other)));
        if self.mantissa < 0 { larger.reverse() } else { larger }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, digits) = (if self.mantissa < 0 { "-" } else { "" }, self.mantissa.unsigned_abs().to_string());
        let Number { exponent, .. } = *self;
        if exponent.abs() > PLAIN {
            return write!(f, "{sign}{digits}E{exponent}");
        }
        let behind = usize::try_from(-exponent).unwrap_or(0);
        if behind == 0 {
            let zeros = usize::try_from(exponent).unwrap_or(0);
            return write!(f, "{sign}{digits}{}", "0".repeat(zeros));
        }
        let digits = format!("{digits:0>width$}", width = behind + 1);
        let (whole, fraction) = digits.split_at(digits.len() - behind);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn a_number_has_one_form() {
        for (text, expected) in [
            ("7", "7"),
            ("7.0", "7"),
            ("-0.50", "-0.5"),
            ("+1e3", "1000"),
            ("12E-1", "1.2"),
            ("-0", "0"),
            ("0.05", "0.05"),
            ("100000000000000000000000000000000000000000", "1E41"),
            ("1e-100", "1E-100"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(number(text).to_string(), expected, "{text}");
        }
        for text in ["", "-", ".", "x", "1e", "1.2.3", "NaN", "1e126", "1e-131", &"1".repeat(39)] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_in_order() {
        let sorted = ["-1e10", "-12.5", "-12", "-0.1", "0", "0.02", "0.1", "9", "10", "10.5", "1e20"];
        for (index, one) in sorted.iter().enumerate() {
            for (other_index, other) in sorted.iter().enumerate() {
                assert_eq!(number(one).cmp(&number(other)), index.cmp(&other_index), "{one} {other}");
            }
        }
    }

    #[test]
    fn sums_are_exact() {
        for (one, other, sum) in [
            ("1", "2", "3"),
            ("0.1", "0.2", "0.3"),
            ("5", "-5.0", "0"),
            ("1e20", "1", "100000000000000000001"),
            ("0", "1e100", "1E100"),
        ] {
            assert_eq!(number(one).plus(number(other)).unwrap().to_string(), sum);
        }
        assert_eq!(number("1e40").plus(number("1")), None, "more than 38 digits");
    }
}
