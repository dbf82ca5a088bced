//! The whole application on this machine: `cargo run`.

use std::{future::Future, io, sync::Arc};

use async_lambda_local::{
    background::background,
    chaos::{Chaos, Troubled},
    cloud::Stopped,
    dashboard::{Dashboard, LARGEST_BODY},
    http::{Service, listen, serve},
    mapping::poll,
    plan::Plan,
    run::Runner,
    schedules::{ScheduleError, Schedules},
    sqs::{Endpoint, MAX_REQUEST_BYTES},
};
use tokio::{net::TcpListener, task::JoinSet};

use super::{
    Exit, LocalError,
    actions::LocalActions,
    api::Api,
    banner::Banner,
    deployed, failed,
    gateway::{self, Gateway},
    log,
    place::{self, Place, PlaceError},
    say,
    settings::{Choice, Settings},
    told::Told,
    usage,
    watch::{WatchError, Watched},
    workers,
};
use crate::{
    App, BoxFuture, Engine,
    cloud::{CloudTransport, InProcess},
};

/// The options of the command line for a run of the whole application.
#[derive(Debug)]
pub(crate) struct Options {
    /// The port of the API; 0 for any that is free.
    pub(crate) port: u16,
    /// The port of the dashboard.
    pub(crate) dashboard_port: u16,
    /// The port of SQS and S3.
    pub(crate) aws_port: u16,
    /// The speed of the clock, as a multiple of the system's; 0 to begin with a clock that stands still.
    pub(crate) speed: f64,
    /// The trouble to make.
    pub(crate) chaos: Option<Chaos>,
    /// Whether the program is built again when its sources change.
    pub(crate) watch: bool,
    /// Whether the state ends with the program.
    pub(crate) in_memory: bool,
    /// Whether the state of the last time is removed first.
    pub(crate) fresh: bool,
    /// Whether the tasks run in this process.
    pub(crate) in_process: bool,
    /// The most processes of a task.
    pub(crate) concurrency: usize,
    pub(crate) settings: Choice,
}

impl Default for Options {
    fn default() -> Options {
        let settings = Choice::default();
        let (port, dashboard_port, aws_port, speed) = (8000, 8001, 8002, 1.0);
        Options {
            port,
            dashboard_port,
            aws_port,
            speed,
            chaos: None,
            watch: false,
            in_memory: false,
            fresh: false,
            in_process: false,
            concurrency: 4,
            settings,
        }
    }
}

/// The reason why the application does not run, or does not any more.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("port {port}: {error}; {option} chooses another")]
    Port { port: u16, option: &'static str, error: io::Error },
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Workers(#[from] workers::WorkersError),
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Watch(#[from] WatchError),
}

/// Runs the application until the process ends.
pub(super) fn run(app: App, options: &Options) -> Exit {
    log::init();
    let (app, settings) = match deployed(app, &options.settings) {
        Ok(deployed) => deployed,
        Err(error) => return usage(&error),
    };
    let model = match app.model() {
        Ok(model) => model,
        Err(problems) => return failed(&problems),
    };
    let gateway = app.gateway();
    if options.watch && options.in_memory {
        let rule = "without --in-memory, since the program that is built takes this one's place";
        return usage(&LocalError::Argument("--watch", rule, "--in-memory".to_owned()));
    }
    let place = match Place::open(Plan::of(&model), options) {
        Ok(place) => place,
        Err(error) => {
            eprintln!("error: {error}");
            return Exit::Failed;
        }
    };
    let transport = place.transport();
    let engine = match Engine::new(app, transport.clone()) {
        Ok(engine) => engine,
        Err(problems) => return failed(&problems),
    };
    let ended = super::runtime()
        .map_err(Ended::Io)
        .and_then(|runtime| runtime.block_on(start(place, transport, engine, gateway, settings, options)));
    match ended {
        Ok(()) => Exit::Done,
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Failed
        }
    }
}

/// The parts that run at once, until the first of them ends.
#[derive(Default)]
struct Parts(JoinSet<Result<(), Ended>>);

impl Parts {
    fn add(&mut self, part: impl Future<Output = Result<(), Ended>> + Send + 'static) {
        // In a box: tokio's code for a task is compiled for each type of its future.
        let part: BoxFuture<'static, Result<(), Ended>> = Box::pin(part);
        self.0.spawn(part);
    }

    /// Answers requests on a port.
    fn serve(&mut self, listener: TcpListener, service: Arc<dyn Service>, most: usize) {
        self.add(async move {
            serve(listener, service, most).await;
            Ok(())
        });
    }

    async fn first(mut self) -> Result<(), Ended> {
        while let Some(part) = self.0.join_next().await {
            match part {
                Ok(ended) => ended?,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        Ok(())
    }
}

async fn start(
    place: Place,
    transport: CloudTransport,
    engine: Engine,
    gateway: Gateway,
    settings: Settings,
    options: &Options,
) -> Result<(), Ended> {
    let Place { cloud, bucket, folder, .. } = place;
    let mut parts = Parts::default();
    // Workers are told where it is.
    let (aws_listener, aws) = open(options.aws_port, "--aws-port").await?;
    let runner: Arc<dyn Runner> = match options.in_process {
        true => Arc::new(InProcess(engine.clone())),
        false => Arc::new(workers::start(&cloud, &transport, &settings, options.concurrency, aws).await?),
    };
    let runner: Arc<dyn Runner> = Arc::new(Told(trouble(runner, options.chaos)));
    transport.call_with(Arc::clone(&runner));

    let schedules = Schedules::of(cloud.plan(), cloud.clock().now())?;
    let api = match gateway::routes(&engine).is_empty() {
        true => None,
        false => {
            let (listener, port) = open(options.port, "--port").await?;
            let (engine, cloud, runner) = (engine.clone(), cloud.clone(), Arc::clone(&runner));
            let api = Arc::new(Api { engine, gateway, cloud, runner, port });
            parts.serve(listener, Arc::<Api>::clone(&api), gateway::MAX_BODY);
            Some(api)
        }
    };
    parts.serve(aws_listener, Arc::new(Endpoint::new(cloud.clone(), Arc::clone(&bucket))), MAX_REQUEST_BYTES);
    let actions = LocalActions {
        cloud: cloud.clone(),
        transport,
        runner: Arc::clone(&runner),
        schedules: schedules.clone(),
        api: api.clone(),
    };
    let (listener, dashboard) = open(options.dashboard_port, "--dashboard-port").await?;
    parts.serve(listener, Arc::new(Dashboard::new(cloud.clone(), bucket, actions)), LARGEST_BODY);
    if options.watch {
        Watched::of_cargo()?.watch()?;
    }
    let api = api.map(|api| api.port);
    say(&Banner { engine: &engine, cloud: &cloud, schedules: &schedules, folder, dashboard, api, aws, options }.text());

    for mut mapping in cloud.plan().mappings.clone() {
        // No message is received before somebody is free for it: its visibility timeout counts from then on.
        let most = mapping.maximum_concurrency.map_or(options.concurrency, |most| most.min(options.concurrency));
        mapping.maximum_concurrency = Some(most);
        let poller = poll(cloud.clone(), mapping, Arc::clone(&runner));
        parts.add(async { Ok(poller.await?) });
    }
    background(Box::pin(schedules.run(cloud.clone(), runner)));
    if folder.is_some() {
        let cloud = cloud.clone();
        parts.add(async move { Ok(place::keep_clock(cloud.clock()).await?) });
    }
    parts.add(async move { Ok(cloud.keep_time().await?) });
    parts.first().await
}

/// Adds trouble to a runner, if some is wanted.
fn trouble(runner: Arc<dyn Runner>, chaos: Option<Chaos>) -> Arc<dyn Runner> {
    match chaos {
        Some(chaos) => Arc::new(Troubled::new(runner, chaos)),
        None => runner,
    }
}

/// Opens a port. Returns its number as well.
async fn open(port: u16, option: &'static str) -> Result<(TcpListener, u16), Ended> {
    let failed = |error| Ended::Port { port, option, error };
    let listener = listen(port).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    Ok((listener, port))
}
