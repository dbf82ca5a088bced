use async_lambda::prelude::*;

async fn letter(_: DeadLetterEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").dead_letter_task("Letters", task(letter).max_receive_count(2).batch_size(10));
    App::new("demo").dead_letter_task("Letters", task(letter).dead_letters_to("Others").max_receive_count(2));
    App::new("demo").dead_letter_task("Letters", task(letter).lanes(2));
}
