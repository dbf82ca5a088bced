//! Secrets.

use async_lambda_constructs::{constructs::Secret, prelude::*};
use pretty_assertions::assert_eq;

use super::{findings, properties};

#[test]
fn a_password_and_a_login() {
    let mut stack = Stack::new("shop");
    let token = stack.add("Token", Secret::generated());
    let login = stack.add("Login", Secret::generated().user("a\"pp").length(40));
    let expected = json!({"GenerateSecretString": {"ExcludePunctuation": true, "PasswordLength": 32}});
    assert_eq!(properties(&stack, "Token"), expected);
    let expected = json!({"GenerateSecretString": {
        "ExcludePunctuation": true, "GenerateStringKey": "password", "PasswordLength": 40,
        "SecretStringTemplate": "{\"username\":\"a\\\"pp\"}",
    }});
    assert_eq!(properties(&stack, "Login"), expected);
    assert_eq!(token.value().into_node(), json!({"Fn::Sub": "{{resolve:secretsmanager:${Token}}}"}));
    let password = json!({"Fn::Sub": "{{resolve:secretsmanager:${Login}:SecretString:password}}"});
    assert_eq!(login.member("password").into_node(), password);
    let read = serde_json::to_value(login.grant_read()).unwrap();
    assert_eq!(read["Statement"][0]["Resource"], json!({"Ref": "Login"}));
}

#[test]
fn a_length_that_no_password_has() {
    let mut stack = Stack::new("shop");
    stack.add("Token", Secret::generated().length(5_000));
    stack.add("Other", Secret::generated().length(0));
    let expected = [
        "AL0007 secret `Token`: a password must have 1 to 4096 characters, got 5000",
        "AL0007 secret `Other`: a password must have 1 to 4096 characters, got 0",
    ];
    assert_eq!(findings(&stack), expected);
}
