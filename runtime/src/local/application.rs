//! The whole application on this machine: `cargo run`.

use std::{io, sync::Arc};

use async_lambda_local::{
    bucket::Bucket,
    cloud::{Cloud, Stopped},
    http::{listen, serve},
    mapping::poll,
    plan::Plan,
    run::Runner,
    schedules::{ScheduleError, Schedules},
    time::Clock,
};
use tokio::task::JoinSet;

use super::{Exit, api::Api, deployed, failed, gateway, log, say, settings::Choice, usage};
use crate::{
    App, Engine,
    cloud::{CloudTransport, InProcess},
    once::MemoryTable,
};

/// What the command line says about a run of the whole application.
#[derive(Debug)]
pub(crate) struct Options {
    /// The port of the API; 0 for any that is free.
    pub(crate) port: u16,
    /// How many times as fast as the system's clock the clock runs; 0 to begin with a clock that stands still.
    pub(crate) speed: f64,
    pub(crate) settings: Choice,
}

impl Default for Options {
    fn default() -> Options {
        Options { port: 8000, speed: 1.0, settings: Choice::default() }
    }
}

/// Why the application does not run any more.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("port {0}: {1}")]
    Port(u16, io::Error),
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Runs the application until the process ends.
pub(super) fn run(app: App, options: &Options) -> Exit {
    log::init();
    let app = match deployed(app, &options.settings) {
        Ok(app) => app,
        Err(error) => return usage(&error),
    };
    let model = match app.model() {
        Ok(model) => model,
        Err(problems) => return failed(&problems),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return Exit::Failed;
        }
    };
    let clock = Clock::system();
    clock.set_speed(options.speed);
    let cloud = Cloud::in_memory(Plan::of(&model), clock, 7);
    match runtime.block_on(start(app, cloud, options)) {
        Ok(()) => Exit::Done,
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Failed
        }
    }
}

async fn start(app: App, cloud: Cloud, options: &Options) -> Result<(), Ended> {
    let gateway = app.gateway();
    let bucket = Arc::new(Bucket::in_memory());
    let transport = CloudTransport::new(cloud.clone(), Arc::clone(&bucket), Arc::new(MemoryTable::new()), 7);
    let Ok(engine) = Engine::new(app, transport.clone()) else {
        // They were found before.
        return Ok(());
    };
    let runner: Arc<dyn Runner> = Arc::new(InProcess(engine.clone()));
    transport.call_with(Arc::clone(&runner));
    let mut parts: JoinSet<Result<(), Ended>> = JoinSet::new();
    for mapping in cloud.plan().mappings.clone() {
        let poller = poll(cloud.clone(), mapping, Arc::clone(&runner));
        parts.spawn(async { Ok(poller.await?) });
    }
    parts.spawn({
        let cloud = cloud.clone();
        async move { Ok(cloud.keep_time().await?) }
    });
    let schedules = Schedules::of(cloud.plan(), cloud.clock().now())?;
    tokio::spawn(schedules.run(cloud.clone(), Arc::clone(&runner)));
    if !gateway::routes(&engine).is_empty() {
        let port = options.port;
        let listener = listen(port).await.map_err(|error| Ended::Port(port, error))?;
        let port = listener.local_addr().map_err(|error| Ended::Port(port, error))?.port();
        let api = Arc::new(Api { engine: engine.clone(), gateway, cloud: cloud.clone(), runner, port });
        say(&format!("API        http://127.0.0.1:{port}\n"));
        parts.spawn(
            async move { serve(listener, api, gateway::MAX_BODY).await.map_err(|error| Ended::Port(port, error)) },
        );
    }
    while let Some(part) = parts.join_next().await {
        match part {
            Ok(ended) => ended?,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    Ok(())
}
