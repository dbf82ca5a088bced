//! The infrastructure: the signatures of the handlers say all of it. Resources of your own are added with
//! `{{ crate_name }}::app().with_resources(|stack| ..)`.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main({{ crate_name }}::app())
}
