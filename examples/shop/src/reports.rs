//! A report each night and after each order, sent by mail.

use async_lambda::prelude::*;

/// Who gets a report if it does not say so.
const OWNER: &str = "owner@example.com";

/// What a report is about.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// The day: `2026-11-23`.
    pub day: String,
    /// The mail address of its reader; without one, the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A mail.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mail {
    /// Who gets it.
    pub to: String,
    /// What it says.
    pub text: String,
}

/// Makes a report.
pub struct BuildReport;

impl Task for BuildReport {
    const ID: &'static str = "BuildReport";
    type Payload = Report;
}

/// Sends a mail.
pub struct SendMail;

impl Task for SendMail {
    const ID: &'static str = "SendMail";
    type Payload = Mail;
}

#[handler]
async fn nightly(event: ScheduledEvent, build: Invoke<BuildReport>) -> Result<(), Error> {
    // "2026-11-23T03:00:00Z" is the report of the 23rd.
    let day = event.time.get(..10).unwrap_or("today").to_owned();
    Ok(build.send(Report { day, to: None }).await?)
}

#[handler]
async fn build_report(event: ManagedSqsEvent<BuildReport>, mail: Invoke<SendMail>) -> Result<(), Error> {
    let Report { day, to } = event.payload;
    tracing::debug!(from = event.source_task_id, day, to, "a report");
    let to = to.unwrap_or_else(|| OWNER.to_owned());
    if !to.contains('@') {
        return Err(format!("reader: must be a mail address, got `{to}`").into());
    }
    let text = format!("nothing was sold on {day}");
    mail.message(Mail { to, text }).delay_secs(30).send().await?;
    Ok(())
}

#[handler]
async fn send_mail(event: ManagedSqsEvent<SendMail>) -> Result<(), Error> {
    let Mail { to, text } = &event.payload;
    tracing::debug!(from = event.source_task_id, to, text, "a mail");
    println!("to {to}: {text}");
    Ok(())
}

pub fn app() -> App {
    App::new("reports")
        .scheduled_task("NightlyReport", schedule!("cron(0 3 * * ? *)"), task(nightly).memory_mb(256).timeout_secs(300))
        .async_task(
            BuildReport,
            task(build_report)
                .memory_mb(1024)
                .timeout_secs(900)
                .ephemeral_storage_mb(2048)
                .maximum_concurrency(5)
                .max_receive_count(3),
        )
        .async_task(SendMail, send_mail)
}
