//! The lines that a run of the whole application prints when it is ready.

use std::{fmt::Write, time::SystemTime};

use async_lambda_local::{
    cloud::Cloud,
    mapping::REGION,
    schedules::Schedules,
    time::{millis, utc},
};

use super::{application::Options, gateway};
use crate::Engine;

/// The addresses and the state of a run.
pub(super) struct Banner<'a> {
    pub(super) engine: &'a Engine,
    pub(super) cloud: &'a Cloud,
    pub(super) schedules: &'a Schedules,
    /// The folder of the state; `None` for memory.
    pub(super) folder: Option<&'a str>,
    pub(super) dashboard: u16,
    pub(super) api: Option<u16>,
    pub(super) aws: u16,
    pub(super) options: &'a Options,
}

impl Banner<'_> {
    pub(super) fn text(&self) -> String {
        let Banner { engine, cloud, schedules, folder, dashboard, api, aws, options } = self;
        let (mut text, plan) = (String::new(), cloud.plan());
        let mut line = |name: &str, value: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<11}{value}");
        };
        line(plan.model.name.as_str(), "");
        line("dashboard", &format!("http://127.0.0.1:{dashboard}"));
        if let Some(api) = api {
            line("API", &format!("http://127.0.0.1:{api}"));
            for (task, method, route) in gateway::routes(engine) {
                line("", &format!("{method} {route} -> {}", task.id));
            }
        }
        line(
            "SQS, S3",
            &format!("export AWS_ENDPOINT_URL_SQS=http://127.0.0.1:{aws} AWS_ENDPOINT_URL_S3=http://127.0.0.1:{aws}"),
        );
        line("", &format!("export AWS_REGION={REGION} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"));
        let waiting: usize = cloud.look(|broker, _| {
            broker.queues().map(|(_, queue)| queue.counts()).map(|counts| counts.ready + counts.delayed).sum()
        });
        line("queues", &format!("{}, with {waiting} messages", plan.queues.len()));
        for (at, task) in schedules.upcoming(cloud.clock().now()) {
            line("schedule", &format!("{task} next at {}", utc(at)));
        }
        match folder {
            Some(folder) => line(
                "state",
                &format!("in {folder}: survives a crash or kill -9, not a power failure; --fresh starts without it"),
            ),
            None => line("state", "in memory: it ends with this program"),
        }
        let ahead = cloud.clock().now().saturating_sub(millis(SystemTime::now())) / 1000;
        if ahead > 0 {
            line("clock", &format!("{ahead} s ahead of the system's, where the last run left it"));
        }
        if cloud.clock().speed() != 1.0 {
            line(
                "clock",
                &format!("{} times as fast as the system's; handlers run at their own speed", cloud.clock().speed()),
            );
        }
        if let Some(stage) = &options.settings.stage {
            line("stage", stage);
        }
        if options.chaos.is_some() {
            line("chaos", "on: some messages and requests will fail");
        }
        line("", "Ctrl-C stops it");
        text
    }
}
