//! A secret of Secrets Manager.

use std::ops::Deref;

use cfn_model::{
    DeletionPolicy, Resource, Value,
    intrinsic::sub,
    secrets_manager::{self, secret},
};

use super::report;
use crate::{Construct, Stack, access};

/// How long a generated password is: 190 bits of letters and digits.
const LENGTH: i64 = 32;
/// How long Secrets Manager can make one.
const LONGEST: i64 = 4_096;

/// A secret that Secrets Manager makes up when the stack is created. Nobody has to know it, and no template shows it.
///
/// | | default |
/// |---|---|
/// | length | 32 letters and digits, 190 bits: what needs no quoting anywhere |
/// | when the stack is deleted, or the secret replaced | the secret stays: it may be all that opens a database |
/// | encryption | AWS's own key, which costs nothing, and cannot be used from another account |
///
/// ```
/// use async_lambda_constructs::{constructs::Secret, prelude::*};
///
/// let mut stack = Stack::new("shop");
/// let login = stack.add("Login", Secret::generated().user("app"));
/// let policy = login.grant_read();
/// let password: Value<String> = login.member("password");
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Secret {
    secret: secrets_manager::Secret,
    password: secret::GenerateSecretString,
    key: Option<Value<String>>,
    deletion_policy: DeletionPolicy,
}

/// A secret that is in a stack. It derefs to its [`access`], which has the grants.
#[derive(Clone, Debug)]
pub struct SecretHandle {
    secret: secrets_manager::SecretHandle,
    access: access::Secret,
}

impl Secret {
    /// A secret that is a password.
    pub fn generated() -> Secret {
        let password = secret::GenerateSecretString::default().password_length(LENGTH).exclude_punctuation(true);
        let deletion_policy = DeletionPolicy::Retain;
        Secret { secret: secrets_manager::Secret::new(), password, key: None, deletion_policy }
    }

    /// Makes an object of it, with this `username` and the password as `password`: what databases expect.
    pub fn user(mut self, name: &str) -> Secret {
        let template = serde_json::json!({ "username": name }).to_string();
        self.password = self.password.secret_string_template(template).generate_string_key("password");
        self
    }

    /// How long the password is: 1 to 4,096 characters.
    pub fn length(mut self, characters: impl Into<Value<i64>>) -> Secret {
        self.password = self.password.password_length(characters);
        self
    }

    /// How the password is made, in any other way: `customize_password(|password| password.exclude_punctuation(false))`.
    pub fn customize_password(
        mut self,
        change: impl FnOnce(secret::GenerateSecretString) -> secret::GenerateSecretString,
    ) -> Secret {
        self.password = change(self.password);
        self
    }

    /// The physical name: up to 512 characters. A secret that was deleted keeps its name for 7 to 30 days.
    pub fn secret_name(mut self, name: impl Into<Value<String>>) -> Secret {
        self.secret = self.secret.name(name);
        self
    }

    /// Encrypts with a key of KMS: its ARN. What the handle grants includes the use of the key.
    pub fn encrypted_with(mut self, key: impl Into<Value<String>>) -> Secret {
        let key = key.into();
        self.secret = self.secret.kms_key_id(key.clone());
        self.key = Some(key);
        self
    }

    /// What happens to the secret when it is removed from the stack, or replaced.
    pub fn deletion_policy(mut self, policy: DeletionPolicy) -> Secret {
        self.deletion_policy = policy;
        self
    }

    /// Any other property: `customize_secret(|secret| secret.description("of the database"))`.
    pub fn customize_secret(
        mut self,
        change: impl FnOnce(secrets_manager::Secret) -> secrets_manager::Secret,
    ) -> Secret {
        self.secret = change(self.secret);
        self
    }
}

impl Construct for Secret {
    type Handle = SecretHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> SecretHandle {
        let length = self.password.password_length.as_ref().and_then(Value::literal).copied();
        let secret = self.secret.generate_secret_string(self.password);
        let policy = self.deletion_policy;
        let secret = stack.add(id, Resource::new(secret).deletion_policy(policy).update_replace_policy(policy));
        if let Some(length) = length.filter(|length| !(1..=LONGEST).contains(length)) {
            let message = format!("secret `{id}`: a password must have 1 to {LONGEST} characters, got {length}");
            report(stack, id, message, "leave the length out for 32 characters");
        }
        let access = access::Secret::from_arn(secret.reference()).with_key(self.key);
        SecretHandle { secret, access }
    }
}

impl SecretHandle {
    /// The value, for a property of a resource that takes secrets: CloudFormation reads it when it deploys. Where a function needs
    /// it, give it the ARN and [`grant_read`](access::Secret::grant_read), since variables of functions are no secrets.
    pub fn value(&self) -> Value<String> {
        sub(format!("{{{{resolve:secretsmanager:${{{}}}}}}}", self.secret.logical_id()))
    }

    /// A member of the value, which is an object after [`Secret::user`]: `username`, `password`.
    pub fn member(&self, name: &str) -> Value<String> {
        sub(format!("{{{{resolve:secretsmanager:${{{}}}:SecretString:{name}}}}}", self.secret.logical_id()))
    }

    /// The resource.
    pub fn resource(&self) -> &secrets_manager::SecretHandle {
        &self.secret
    }
}

impl Deref for SecretHandle {
    type Target = access::Secret;

    fn deref(&self) -> &access::Secret {
        &self.access
    }
}

impl AsRef<str> for SecretHandle {
    fn as_ref(&self) -> &str {
        self.secret.as_ref()
    }
}
