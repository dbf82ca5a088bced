//! Worker processes of this program, and what their tasks find in their environment.

use std::{collections::HashMap, env, io, sync::Arc};

use async_lambda_local::{
    cloud::Cloud,
    mapping::{ACCOUNT, REGION},
    workers::{Workers, WorkersConfig},
};
use async_lambda_model::TaskId;

use super::{
    settings::{Settings, SettingsError},
    tell,
    worker::TransportServer,
};
use crate::{cloud::CloudTransport, environment};

/// An error of starting workers.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkersError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("the workers: {0}")]
    Io(#[from] io::Error),
}

/// Workers of this program, which send through a transport. `aws` is the port of SQS and S3.
pub(super) async fn start(
    cloud: &Cloud,
    transport: &CloudTransport,
    settings: &Settings,
    concurrency: usize,
    aws: u16,
) -> Result<Workers, WorkersError> {
    let mut environments: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for task in &cloud.plan().model.tasks {
        let id = task.id.as_str();
        environments.insert(id.to_owned(), variables(settings, id, aws)?);
    }
    let transport = transport.clone();
    let service = TransportServer { make: Arc::new(move |run| Arc::new(transport.of_run(run))) };
    let mut config = WorkersConfig::new(env::current_exe()?, Arc::new(service));
    config.environment = Arc::new(move |task: &TaskId| environments.get(task.as_str()).cloned().unwrap_or_default());
    config.print = Arc::new(|task: &TaskId, line: &str| tell(&format!("{task} | {line}")));
    config.concurrency = concurrency;
    Ok(Workers::start(cloud.clone(), config).await?)
}

/// The environment variables of a task: those of the config file, and what the clients of AWS's SDKs need to find SQS and S3
/// here. A variable of this process wins over one that only CloudFormation knows, and over what the clients need.
fn variables(settings: &Settings, task: &str, aws: u16) -> Result<Vec<(String, String)>, SettingsError> {
    let given = settings.environment(task)?;
    for name in given.unknown.iter().filter(|name| env::var_os(name).is_none()) {
        tell(&format!(
            "warning: environment variable `{name}` of task `{task}`: only CloudFormation knows its value; set it for this program"
        ));
    }
    let endpoint = format!("http://127.0.0.1:{aws}");
    let defaults = [
        ("AWS_ENDPOINT_URL_SQS", endpoint.as_str()),
        ("AWS_ENDPOINT_URL_S3", endpoint.as_str()),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("ASYNC_LAMBDA_ACCOUNT_ID", ACCOUNT),
    ];
    let defaults = defaults.into_iter().filter(|(name, _)| env::var_os(name).is_none());
    let mut variables: Vec<(String, String)> =
        defaults.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    variables.extend(given.known);
    let media_types: Vec<String> = settings.media_types()?.iter().map(ToString::to_string).collect();
    if !media_types.is_empty() {
        variables.push((environment::BINARY_MEDIA_TYPES.to_owned(), media_types.join(",")));
    }
    if let Some(cors) = settings.cors()? {
        variables.push((environment::CORS.to_owned(), cors));
    }
    if let Some(number) = settings.number("record_concurrency", task)? {
        variables.push((environment::RECORD_CONCURRENCY.to_owned(), number.to_string()));
    }
    Ok(variables)
}
