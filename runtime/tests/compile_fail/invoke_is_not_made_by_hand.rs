#![allow(unreachable_code)]
use async_lambda::prelude::*;

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}

fn main() {
    let _: Invoke<Resize> = Invoke { sender: todo!(), task: todo!() };
}
