//! Time zones that are there, and those that are not.

use std::{fs, path::Path};

use async_lambda_model::TaskId;
use tempfile::TempDir;

use super::{Firing, FiringError, ZONES, at, database, schedule, text, tzif};
use crate::firing::zone::{FOLDERS, Zone};

fn error(folders: &[impl AsRef<Path>], zone: &str) -> FiringError {
    Firing::in_folders(&schedule("cron(0 9 * * ? *)", zone), folders).unwrap_err()
}

#[test]
fn a_machine_without_a_database() {
    let folder = TempDir::new().unwrap();
    let missing = [folder.path().join("a"), folder.path().join("b")];
    let error = error(&missing, "Europe/Berlin");
    assert_eq!(
        error.of_task(&TaskId::new("Nightly").unwrap()),
        format!(
            "task `Nightly`: time zone `Europe/Berlin`: this machine has no time zone database, looked for `{}`, `{}`; \
             install it: Linux has it in the package `tzdata`; UTC, the default of a schedule, needs none",
            missing[0].display(),
            missing[1].display(),
        )
    );
    for (expression, zone) in
        [("cron(0 9 * * ? *)", "UTC"), ("at(2026-11-23T09:00:00)", "Etc/UTC"), ("rate(1 day)", "Europe/Berlin")]
    {
        assert!(Firing::in_folders(&schedule(expression, zone), &missing).is_ok(), "{expression} {zone}");
    }
}

#[test]
fn names_that_no_zone_has() {
    let folder = database();
    fs::write(folder.path().join("secret"), tzif("UTC0")).unwrap();
    let inside = folder.path().join("Europe");
    for name in [
        "Europe/Berln",
        "Europe",
        "Europe/../secret",
        "../secret",
        "/etc/localtime",
        "",
        "Europe//Berlin",
        "Europe/Berlin/",
    ] {
        let error = error(&[&inside, folder.path()], name);
        assert_eq!(
            error.to_string(),
            format!("time zone `{name}`: must be a name of the time zone database in `{}`", inside.display())
        );
    }
    assert!(error(&[folder], "Europe/Berln").help().starts_with("write an IANA name"));
}

#[test]
fn the_first_folder_that_there_is() {
    let folder = database();
    let missing = folder.path().join("missing");
    Firing::in_folders(&schedule("cron(0 9 * * ? *)", "Europe/Berlin"), &[&missing, folder.path()]).unwrap();
}

#[test]
fn files_that_are_no_time_zone() {
    let folder = database();
    fs::write(folder.path().join("leapseconds"), "# no TZif\n").unwrap();
    let error = error(&[&folder], "leapseconds");
    assert!(
        matches!(&error, FiringError::NoZone { zone, path, .. } if zone == "leapseconds" && path.ends_with("leapseconds"))
    );
    assert!(error.to_string().starts_with("time zone `leapseconds`: cannot use `"), "{error}");
}

/// A file of version 1 ends with its last transition. What held then holds on.
#[test]
fn a_file_without_a_rule_for_the_future() {
    let folder = database();
    let mut file = b"TZif".to_vec();
    file.extend([0; 16]);
    // One transition, to the second of two local time types: from UTC to two hours more, a day after 1970 began.
    for count in [0_u32, 0, 0, 1, 2, 4] {
        file.extend(count.to_be_bytes());
    }
    file.extend(86_400_u32.to_be_bytes());
    file.extend([1, 0, 0, 0, 0, 0, 0]);
    file.extend(7_200_u32.to_be_bytes());
    file.extend([0, 0]);
    file.extend(b"XXX\0");
    fs::write(folder.path().join("Old"), file).unwrap();
    let firing = Firing::in_folders(&schedule("cron(0 9 * * ? *)", "Old"), &[&folder]).unwrap();
    let next = |now| firing.next_after(at(now), at("1970-01-01T00:00:00Z")).map(text);
    assert_eq!(next("1970-01-01T00:00:00Z").as_deref(), Some("1970-01-01T09:00:00Z"));
    assert_eq!(next("2026-05-04T00:00:00Z").as_deref(), Some("2026-05-04T07:00:00Z"));
}

/// The machine's own database: the zones that `Firing::of` finds there, or its error if there is no database.
#[test]
fn zones_of_this_machine() {
    let firing = Firing::of(&schedule("cron(30 2 * * ? *)", "Europe/Berlin"));
    let Some(folder) = FOLDERS.iter().find(|folder| Path::new(folder).is_dir()) else {
        return assert!(matches!(firing, Err(FiringError::NoDatabase { .. })));
    };
    let firing = firing.unwrap();
    let next = |now| firing.next_after(at(now), at("1970-01-01T00:00:00Z")).map(text);
    // In 2026 by the file's transitions or its rule, in 2046 by its rule.
    assert_eq!(next("2026-03-28T12:00:00Z").as_deref(), Some("2026-03-30T00:30:00Z"));
    assert_eq!(next("2026-10-24T12:00:00Z").as_deref(), Some("2026-10-25T00:30:00Z"));
    assert_eq!(next("2026-10-25T00:30:00Z").as_deref(), Some("2026-10-26T01:30:00Z"));
    assert_eq!(next("2046-03-24T12:00:00Z").as_deref(), Some("2046-03-26T00:30:00Z"));
    // The names of its table, and those of the tests, can be read.
    let table = fs::read_to_string(Path::new(folder).join("zone1970.tab")).unwrap_or_default();
    let names = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').nth(2));
    for name in names.chain(ZONES.iter().map(|(name, _)| *name)) {
        Zone::in_folders(name, FOLDERS).unwrap();
    }
}
