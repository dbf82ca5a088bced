//! `#[derive(FromInvocation)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Member, Result, parse_quote};

pub fn expand(item: TokenStream) -> Result<TokenStream> {
    let item: DeriveInput = syn::parse2(item)?;
    let fields = match &item.data {
        Data::Struct(data) => &data.fields,
        _ => return Err(Error::new_spanned(&item.ident, "`FromInvocation` can only be derived for a struct")),
    };
    if matches!(fields, Fields::Unit) {
        let message = "`FromInvocation` can only be derived for a struct with fields";
        return Err(Error::new_spanned(&item.ident, message));
    }
    let members: Vec<Member> = fields.members().collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let name = &item.ident;
    let (_, type_generics, _) = item.generics.split_for_impl();
    let mut generics = item.generics.clone();
    generics.params.push(parse_quote!(__Tr: ::async_lambda::trigger::Trigger));
    let bounds = generics.make_where_clause();
    for ty in &types {
        bounds.predicates.push(parse_quote!(#ty: ::async_lambda::FromInvocation<__Tr> + ::core::marker::Send));
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics ::async_lambda::FromInvocation<__Tr> for #name #type_generics #where_clause {
            const EDGES: &'static [::async_lambda::extract::Edge] = &[#(
                ::async_lambda::extract::Edge::group(<#types as ::async_lambda::FromInvocation<__Tr>>::EDGES)
            ),*];

            async fn from_invocation(
                invocation: &::async_lambda::extract::Invocation,
            ) -> ::core::result::Result<Self, ::async_lambda::Error> {
                ::core::result::Result::Ok(Self {#(
                    #members: <#types as ::async_lambda::FromInvocation<__Tr>>::from_invocation(invocation).await?
                ),*})
            }
        }
    })
}
