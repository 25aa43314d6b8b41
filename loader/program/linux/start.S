/* The first and the last instructions of the loader: from the kernel's stack into C++, and from
 * there into the dynamic linker with the same stack. Registers as the ABIs of both CPUs say. */
#if defined(__x86_64__)

    .text
    .global _start
_start:
    xor %ebp, %ebp
    mov %rsp, %rbx
    /* What libzstd's stack protector reads: a thread's block. The dynamic linker makes Node's. */
    mov $158, %eax                  /* arch_prctl */
    mov $0x1002, %edi               /* ARCH_SET_FS */
    lea thread_block(%rip), %rsi
    syscall
    mov %rbx, %rdi
    and $-16, %rsp
    call ingot_start

    .global _ZN5ingot6loader5enterEmPm
_ZN5ingot6loader5enterEmPm:
    mov %rsi, %rsp
    mov %rdi, %rax
    xor %edx, %edx                  /* nothing to be called at exit */
    xor %ebp, %ebp
    jmp *%rax

    .bss
    .balign 64
thread_block:
    .zero 64

#elif defined(__aarch64__)

    .text
    .global _start
_start:
    mov x29, #0
    mov x30, #0
    mov x0, sp
    bl ingot_start

    .global _ZN5ingot6loader5enterEmPm
_ZN5ingot6loader5enterEmPm:
    mov sp, x1
    mov x16, x0
    mov x0, #0                      /* nothing to be called at exit */
    mov x29, #0
    mov x30, #0
    br x16

#endif
/* A CompactHeader: in here, as a compiler would believe that it stays as it is. */
    .section .compact,"a",%progbits
    .global ingot_compact
    .balign 16
ingot_compact:
    .zero 112

    .section .note.GNU-stack,"",%progbits
