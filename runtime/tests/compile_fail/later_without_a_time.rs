use async_lambda::prelude::*;

struct Mail;
impl Task for Mail {
    const ID: &'static str = "Mail";
    type Payload = String;
}

async fn tick(_: ScheduledEvent, mail: InvokeLater<Mail>) -> Result<(), Error> {
    Ok(mail.message("when?".to_owned()).id("a").send().await?)
}

fn main() {
    let _ = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
