//! Every kind of task in one small shop.

mod orders;
mod reports;

use async_lambda::prelude::*;

pub use orders::Order;
pub use reports::{BuildReport, Mail, Report, SendMail};

/// The whole application.
pub fn app() -> App {
    App::new("shop").merge(reports::app()).merge(orders::app())
}
