//! Every kind of task in one small shop.

mod orders;
mod reports;

use async_lambda::prelude::*;

/// The code of the page for people who come from Python.
#[cfg(all(doctest, feature = "synth"))]
#[doc = include_str!("../../../docs/from-python.md")]
mod from_python {}

pub use orders::Order;
pub use reports::{BuildReport, Mail, Report, SendMail};

/// The whole application.
pub fn app() -> App {
    App::new("shop").merge(reports::app()).merge(orders::app())
}
