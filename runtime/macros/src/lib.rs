//! Macros of `async-lambda`, which exports them. Neither is needed: one makes errors better, the other saves typing.

mod derive;
mod function;
mod handler;

use proc_macro::TokenStream;

/// Says precisely what is wrong with a handler.
///
/// Without it, the compiler says of every mistake only that the function is no handler. With it, each parameter, the
/// return type and the future are checked by themselves, and the error is at the one that is wrong. The function stays
/// as it is, and nothing is added to the program.
///
/// What starts the task is taken from the event among the parameters. Without one, name it: `#[handler(Schedule)]`,
/// `#[handler(ManagedSqs<Resize>)]`, from `async_lambda::trigger`.
#[proc_macro_attribute]
pub fn handler(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    let checks = handler::expand(arguments.into(), item.clone()).unwrap_or_else(|error| error.to_compile_error());
    quote::quote!(#item #checks).into()
}

/// Makes a struct of extractors an extractor, with the edges of all its fields.
#[proc_macro_derive(FromInvocation)]
pub fn derive_from_invocation(item: TokenStream) -> TokenStream {
    derive::expand(item.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}
