//! A function, as far as `#[handler]` looks at it: its signature. Syn reads functions with its feature `full`, and that is a second
//! of every cold build.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Generics, Lit, Result, ReturnType, Token, Type, Visibility, parenthesized,
    parse::{Parse, ParseStream},
};

/// Its parts, in the order in which they stand.
pub struct Function {
    pub is_async: bool,
    pub keyword: Token![fn],
    pub name: Ident,
    pub generics: Generics,
    /// `self`, where there is one.
    pub receiver: Option<TokenStream>,
    /// The types of the parameters.
    pub parameters: Vec<Type>,
    pub output: ReturnType,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Function> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Option<Token![const]>>()?;
        let is_async = input.parse::<Option<Token![async]>>()?.is_some();
        input.parse::<Option<Token![unsafe]>>()?;
        if input.parse::<Option<Token![extern]>>()?.is_some() && input.peek(Lit) {
            input.parse::<Lit>()?;
        }
        let keyword = input.parse()?;
        let name = input.parse()?;
        let generics = input.parse()?;
        let inside;
        parenthesized!(inside in input);
        let (mut receiver, mut parameters) = (None, Vec::new());
        while !inside.is_empty() {
            match parameter(&inside)? {
                Parameter::Receiver(tokens) => receiver = Some(tokens),
                Parameter::Typed(ty) => parameters.push(*ty),
            }
            if !inside.is_empty() {
                inside.parse::<Token![,]>()?;
            }
        }
        let output = input.parse()?;
        // Bounds and body.
        input.parse::<TokenStream>()?;
        Ok(Function { is_async, keyword, name, generics, receiver, parameters, output })
    }
}

enum Parameter {
    Receiver(TokenStream),
    Typed(Box<Type>),
}

fn parameter(input: ParseStream<'_>) -> Result<Parameter> {
    input.call(Attribute::parse_outer)?;
    let (mut pattern, mut has_self) = (TokenStream::new(), false);
    while !input.is_empty() && !input.peek(Token![,]) && (!input.peek(Token![:]) || input.peek(Token![::])) {
        if input.peek(Token![::]) {
            input.parse::<Token![::]>()?.to_tokens(&mut pattern);
            continue;
        }
        has_self |= input.peek(Token![self]);
        input.parse::<TokenTree>()?.to_tokens(&mut pattern);
    }
    if has_self {
        if input.parse::<Option<Token![:]>>()?.is_some() {
            input.parse::<Type>()?;
        }
        return Ok(Parameter::Receiver(pattern));
    }
    input.parse::<Token![:]>()?;
    Ok(Parameter::Typed(Box::new(input.parse()?)))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    /// The types of the parameters, and what comes back.
    fn read(function: TokenStream) -> Result<(Vec<String>, Option<String>)> {
        let function: Function = syn::parse2(function)?;
        let parameters = function.parameters.iter().map(|ty| ty.to_token_stream().to_string()).collect();
        Ok((parameters, function.receiver.map(|tokens| tokens.to_string())))
    }

    #[test]
    fn patterns_of_every_form() {
        let function = quote! {
            /// A word.
            #[handler]
            pub(crate) async unsafe extern "C" fn handle<>(
                #[allow(unused)] mut event: Event<A, B>,
                path::Json(Order { id, at: (x, _) }): path::Json<Order>,
                _: [u8; 4],
                &[first, ..]: &[u8],
                last: Box<dyn Fn(u8) -> (u8, u16)>,
            ) -> Result<(), Error> where Error: Sized { body(a, b) }
        };
        let (types, receiver) = read(function).unwrap();
        let expected =
            ["Event < A , B >", "path :: Json < Order >", "[u8 ; 4]", "& [u8]", "Box < dyn Fn (u8) -> (u8 , u16) >"];
        assert_eq!((types, receiver), (expected.map(str::to_owned).to_vec(), None));
    }

    #[test]
    fn self_in_every_form() {
        for receiver in [quote!(self), quote!(&self), quote!(&mut self), quote!(&'a self), quote!(mut self: Box<Self>)]
        {
            let (types, found) = read(quote!(async fn handle(#receiver, event: Event) {})).unwrap();
            assert_eq!(types, ["Event"], "{receiver}");
            assert!(found.is_some(), "{receiver}");
        }
    }

    #[test]
    fn what_is_no_function() {
        for item in [
            quote!(
                struct Handler;
            ),
            quote!(async fn handle(event) {}),
            quote!(async fn (event: Event) {}),
        ] {
            assert!(read(item.clone()).is_err(), "{item}");
        }
    }
}
