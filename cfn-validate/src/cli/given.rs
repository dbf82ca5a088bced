//! What files are checked against, as the arguments and the settings have it.

use std::{fs::File, path::Path};

use cfn_model::{Node, text};
use cfn_rules::{Day, OwnTypes, SCHEMA_LIMITS, SchemaError, unknown_region};

use super::{Arguments, Failure, config::Settings, failure};
use crate::{Diagnostic, Place, plain, read_text};

/// What files are checked against.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) packaged: bool,
    pub(super) today: Option<Day>,
    /// The types beyond those of AWS.
    pub(super) types: OwnTypes,
    pub(super) regions: Vec<String>,
}

impl Given {
    /// Reads the schemas. What is wrong with any of them, or with a region, is reported together.
    pub(super) fn new(directory: &Path, settings: &Settings, arguments: &Arguments) -> Result<Given, Failure> {
        let (mut of_settings, mut of_arguments) = (OwnTypes::default(), OwnTypes::default());
        let mut mistakes: Failure = Vec::new();
        for path in &settings.schemas {
            let added = add_schema(&mut of_settings, &settings.folder.join(path), path);
            mistakes.extend(added.err().into_iter().flatten());
        }
        for path in &arguments.schemas {
            let added = add_schema(&mut of_arguments, &directory.join(path), &path.display().to_string());
            mistakes.extend(added.err().into_iter().flatten());
        }
        mistakes.extend(arguments.regions.iter().filter_map(|region| unknown_region(region)).map(|(message, help)| {
            let diagnostic = Diagnostic::error(format!("`--region`: {message}"));
            Diagnostic { help: Some(help), ..diagnostic }
        }));
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let regions = if arguments.regions.is_empty() { &settings.regions } else { &arguments.regions };
        // Those of the command line replace those of the settings.
        let types = of_arguments.or(of_settings);
        Ok(Given { packaged: arguments.packaged, today: arguments.today, types, regions: regions.clone() })
    }
}

/// Adds the type whose schema is in a file; the name is how the user wrote the path.
///
/// # Errors
///
/// The file cannot be read, is no schema of a resource type, or the type has another schema already.
pub fn add_schema(types: &mut OwnTypes, path: &Path, name: &str) -> Result<(), Vec<Diagnostic>> {
    let file = File::open(path).map_err(|error| failure(format!("{name}: {}", plain(&error))))?;
    let text = read_text(name, file, 0).map_err(|diagnostic| vec![*diagnostic])?;
    let node = read(name, &text)?;
    types.add_document(None, &node).map(|_| ()).map_err(|SchemaError { path, message, help }| {
        let location = text::locate(&text, std::slice::from_ref(&path)).into_iter().flatten().next();
        let place = match location {
            // A keyword that is unknown is wrong itself, and a value that fills many lines is where its key is.
            Some(location) => {
                let is_short = location.value.start.line == location.value.end.line;
                let span = location.key.filter(|_| !is_short || help.is_some()).unwrap_or(location.value);
                Place::span(name.to_owned(), &text, span)
            }
            None => Place::whole(name.to_owned()),
        };
        let what = if path.0.is_empty() { "the schema of a resource type".to_owned() } else { format!("`{path}`") };
        vec![Diagnostic { help, ..Diagnostic::error(format!("{what} {message}")) }.at(place)]
    })
}

fn read(name: &str, text: &str) -> Result<Node, Failure> {
    text::parse(text, &SCHEMA_LIMITS).map(|document| document.node).map_err(|error| {
        let place = match error.position {
            Some(position) => Place::file(name.to_owned(), text, position.line, position.column),
            None => Place::whole(name.to_owned()),
        };
        vec![Diagnostic::error(format!("the schema of a resource type must be JSON: {}", error.kind)).at(place)]
    })
}
