//! `#[handler]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Error, GenericArgument, PathArguments, PathSegment, Result, ReturnType, Type, parse_quote, spanned::Spanned,
};

use crate::function::Function;

/// The longest list of parameters that `Handler` is implemented for.
const MAX_PARAMETERS: usize = 8;

pub fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let trigger: Option<Type> = if arguments.is_empty() { None } else { Some(syn::parse2(arguments)?) };
    let function: Function = syn::parse2(item)?;
    let name = &function.name;
    if !function.is_async {
        return Err(Error::new_spanned(function.keyword, "a handler must be an `async fn`"));
    }
    if !function.generics.params.is_empty() {
        return Err(Error::new_spanned(&function.generics, "`#[handler]` cannot check a function with generics"));
    }
    if let Some(receiver) = function.receiver {
        return Err(Error::new_spanned(receiver, "a handler must not have `self`"));
    }
    let types: Vec<&Type> = function.parameters.iter().collect();
    if let Some(ty) = types.get(MAX_PARAMETERS) {
        let message =
            "a handler must have at most 8 parameters: put some into a struct with `#[derive(FromInvocation)]`";
        return Err(Error::new_spanned(ty, message));
    }
    if let Some((reference, event)) = types.iter().find_map(|ty| reference_to_event(ty)) {
        let message = format!("a handler owns its event: take `{event}` without the `&`");
        return Err(Error::new_spanned(reference, message));
    }
    let trigger = match trigger {
        // Of `async_lambda::trigger`, imported or not.
        Some(trigger) => quote!({ use ::async_lambda::trigger::*; ::async_lambda::check::Check::<#trigger>::new() }),
        None => {
            let trigger = types.iter().find_map(|ty| event_trigger(ty)).ok_or_else(|| {
                let message = "a handler without an event: say what starts it, `#[handler(Schedule)]` for example";
                Error::new_spanned(name, message)
            })?;
            quote!(::async_lambda::check::Check::<#trigger>::new())
        }
    };
    let parameters = types.iter().map(|ty| quote_spanned!(ty.span()=> check.parameter::<#ty>();));
    let names: Vec<_> = (0..types.len()).map(|index| format_ident!("p{index}")).collect();
    let output = match &function.output {
        ReturnType::Default => name.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let call = quote_spanned!(name.span()=> let future = #name(#(#names),*););
    let send = quote_spanned!(name.span()=> let future = check.future(future););
    let returns = quote_spanned!(output=> check.output(future););
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, unused_imports, clippy::all)]
            fn check(#(#names: #types),*) {
                let check = #trigger;
                #(#parameters)*
                #call
                #send
                #returns
            }
        };
    })
}

/// The trigger of an event, by the event's name: `ManagedSqsEvent<Resize>` is `ManagedSqs<Resize>`'s.
fn event_trigger(ty: &Type) -> Option<Type> {
    let segment = last_segment(ty)?;
    if segment.ident == "ManagedSqsEvent" {
        let task = argument(segment)?;
        return Some(parse_quote!(::async_lambda::trigger::ManagedSqs<#task>));
    }
    if segment.ident == "FifoEvent" {
        let task = argument(segment)?;
        return Some(parse_quote!(::async_lambda::trigger::Fifo<#task>));
    }
    if segment.ident == "Batch" {
        let task = argument(segment)?;
        return Some(parse_quote!(::async_lambda::trigger::ManagedSqsBatch<#task>));
    }
    if segment.ident == "CallEvent" {
        let task = argument(segment)?;
        return Some(parse_quote!(::async_lambda::trigger::Function<#task>));
    }
    Some(match segment.ident.to_string().as_str() {
        "UnmanagedSqsEvent" => parse_quote!(::async_lambda::trigger::Sqs),
        "DeadLetterEvent" => parse_quote!(::async_lambda::trigger::DeadLetters),
        "DynamoDbEvent" => parse_quote!(::async_lambda::trigger::DynamoDb),
        "ScheduledEvent" => parse_quote!(::async_lambda::trigger::Schedule),
        "ApiEvent" => parse_quote!(::async_lambda::trigger::Api),
        _ => return None,
    })
}

/// A reference to an event, which no handler can take, and the event's name.
fn reference_to_event(ty: &Type) -> Option<(&Type, String)> {
    let Type::Reference(reference) = ty else { return None };
    event_trigger(&reference.elem)?;
    Some((ty, last_segment(&reference.elem)?.ident.to_string()))
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn argument(segment: &PathSegment) -> Option<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}
