//! Every kind of task in one small shop.

mod orders;
mod reports;

use async_lambda::prelude::*;

/// The code of the pages. Their examples are compiled and run as documentation tests, all in one program.
#[cfg(all(doctest, feature = "synth"))]
mod pages {
    macro_rules! pages {
        ($($name:ident = $path:literal;)*) => {$(
            #[doc = include_str!(concat!("../../../", $path))]
            mod $name {}
        )*};
    }

    pages! {
        readme = "README.md";
        from_python = "docs/from-python.md";
        first_application = "docs/guide/first-application.md";
        tasks = "docs/guide/tasks.md";
        events = "docs/guide/events.md";
        invoking = "docs/guide/invoking.md";
        state = "docs/guide/state.md";
        errors = "docs/guide/errors.md";
        metrics = "docs/guide/metrics.md";
        once = "docs/guide/once.md";
        tables = "docs/guide/tables.md";
        api_tasks = "docs/guide/api-tasks.md";
        security = "docs/guide/security.md";
        limits = "docs/guide/limits.md";
        large_applications = "docs/guide/large-applications.md";
        infrastructure = "docs/guide/infrastructure.md";
        ready_made = "docs/guide/ready-made.md";
        constructs = "docs/guide/constructs.md";
        infrastructure_tests = "docs/guide/infrastructure-tests.md";
        moving_from_python = "docs/guide/moving-from-python.md";
    }
}

pub use orders::Order;
pub use reports::{BuildReport, Mail, Report, SendMail};

/// The whole application.
pub fn app() -> App {
    App::new("shop").merge(reports::app()).merge(orders::app())
}
