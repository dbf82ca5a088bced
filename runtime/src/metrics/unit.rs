//! Units and numbers of metrics.

use std::fmt;

macro_rules! units {
    ($($(#[$doc:meta])* $unit:ident = $name:literal,)*) => {
        /// The unit of a metric: `StandardUnit` in CloudWatch's API reference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Unit {
            $($(#[$doc])* $unit,)*
        }

        impl Unit {
            /// The unit as CloudWatch names it: `Bytes/Second`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Unit::$unit => $name,)*
                }
            }
        }
    };
}

units! {
    /// A count.
    Count = "Count",
    /// A number without a unit.
    None = "None",
    /// Hundredths.
    Percent = "Percent",
    /// Time.
    Seconds = "Seconds",
    /// Time.
    Milliseconds = "Milliseconds",
    /// Time.
    Microseconds = "Microseconds",
    /// An amount of data.
    Bytes = "Bytes",
    /// An amount of data.
    Kilobytes = "Kilobytes",
    /// An amount of data.
    Megabytes = "Megabytes",
    /// An amount of data.
    Gigabytes = "Gigabytes",
    /// An amount of data.
    Terabytes = "Terabytes",
    /// An amount of data.
    Bits = "Bits",
    /// An amount of data.
    Kilobits = "Kilobits",
    /// An amount of data.
    Megabits = "Megabits",
    /// An amount of data.
    Gigabits = "Gigabits",
    /// An amount of data.
    Terabits = "Terabits",
    /// A count a second.
    CountPerSecond = "Count/Second",
    /// Data a second.
    BytesPerSecond = "Bytes/Second",
    /// Data a second.
    KilobytesPerSecond = "Kilobytes/Second",
    /// Data a second.
    MegabytesPerSecond = "Megabytes/Second",
    /// Data a second.
    GigabytesPerSecond = "Gigabytes/Second",
    /// Data a second.
    TerabytesPerSecond = "Terabytes/Second",
    /// Data a second.
    BitsPerSecond = "Bits/Second",
    /// Data a second.
    KilobitsPerSecond = "Kilobits/Second",
    /// Data a second.
    MegabitsPerSecond = "Megabits/Second",
    /// Data a second.
    GigabitsPerSecond = "Gigabits/Second",
    /// Data a second.
    TerabitsPerSecond = "Terabits/Second",
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A number that can be the value of a metric. CloudWatch keeps doubles: an integer above 2⁵³ is rounded to one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a metric",
    label = "expected a number",
    note = "a duration is added with `metrics.duration(name, duration)`"
)]
pub trait MetricValue {
    /// The number as a double.
    fn into_f64(self) -> f64;
}

macro_rules! values {
    ($($number:ty),*) => {$(
        impl MetricValue for $number {
            fn into_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

values!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64);
