//! From Rust to a validated template, and validation alone.

use async_lambda_constructs::{Stack, synthesize};
use cfn_rules::Validate as _;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// Makes a template, validates it and writes it as JSON: what `cargo run --bin synth` does, but for the file.
fn synth(stack: Stack) -> String {
    let synthesized = synthesize(stack, None);
    assert!(synthesized.report.findings.is_empty(), "{:?}", synthesized.report.findings.first());
    synthesized.template.to_json()
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("synth");
    group.bench_function("10 resources", |bencher| bencher.iter(|| synth(benches::ten())));
    group.sample_size(20).throughput(Throughput::Elements(5 * 401));
    group.bench_function("400 pairs in 5 stacks", |bencher| {
        bencher.iter(|| benches::pairs().into_iter().map(synth).map(|json| json.len()).sum::<usize>());
    });
    group.finish();
}

fn parts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parts of a full stack");
    group.throughput(Throughput::Elements(496)).sample_size(20);
    group.bench_function("build", |bencher| bencher.iter(benches::full));
    let full = benches::full();
    group.bench_function("validate", |bencher| bencher.iter(|| full.validate()));
    group.bench_function("write", |bencher| bencher.iter(|| full.to_json()));
    group.bench_function("drop", |bencher| bencher.iter_batched(benches::full, drop, BatchSize::LargeInput));
    group.finish();
}

/// One stack of 2,001 resources. CloudFormation would refuse it, and so does validation, with this one finding.
fn too_many(criterion: &mut Criterion) {
    let big = benches::pairs_stack("big", 400);
    let findings = big.validate().findings;
    assert!(matches!(findings.as_slice(), [one] if one.rule.code == "E3010"), "{findings:?}");
    let mut group = criterion.benchmark_group("validate");
    group.throughput(Throughput::Elements(2_001)).sample_size(20);
    group.bench_function("400 pairs in one stack", |bencher| bencher.iter(|| big.validate()));
    group.finish();
}

criterion_group!(benches, whole, parts, too_many);
criterion_main!(benches);
