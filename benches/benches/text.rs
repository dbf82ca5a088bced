//! Reading and writing templates, and what `validate FILE` does with one of 496 resources.

use cfn_model::Template;
use cfn_rules::Validate as _;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn read(text: &str) -> Template {
    Template::parse(text).expect("the template was written by this library")
}

fn text(criterion: &mut Criterion) {
    let full = benches::full();
    for (language, text) in [("JSON", full.to_json()), ("YAML", full.to_yaml())] {
        let mut group = criterion.benchmark_group(language);
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
        group.bench_function("read", |bencher| bencher.iter(|| read(&text)));
        group.bench_function("read and validate", |bencher| bencher.iter(|| read(&text).validate()));
        group.bench_function("write", |bencher| {
            bencher.iter(|| if language == "JSON" { full.to_json() } else { full.to_yaml() });
        });
        group.finish();
    }
}

criterion_group!(benches, text);
criterion_main!(benches);
