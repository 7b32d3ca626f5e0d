/*
 * The machine-code stub for x86-64. Position independent; StubCode.java holds its bytes (see StubCodeTest).
 *
 * The page that holds it is read-execute; the words it writes are in the program given, and the two words that the
 * signal handlers read are DATA bytes after the start, in a read-write page: a descriptor and the address of a program.
 */
    .set DATA, 65536

    .set NR_rt_sigprocmask, 14
    .set NR_write, 1
    .set NR_writev, 20
    .set NR_execve, 59
    .set NR_rt_sigreturn, 15
    .set NR_exit_group, 231
    .set SIG_SETMASK, 2
    .set SIGINFO_syscall, 24
    .set DIED_OF_SIGSYS, 128+31

    /* struct program: see SyscallProgram.java */
    .set PROGRAM_entry, 0
    .set PROGRAM_failed, 8
    .set PROGRAM_errno, 16
    .set PROGRAM_clone, 24
    .set PROGRAM_clone_args, 32
    .set PROGRAM_old_mask, 72
    .set PROGRAM_full_mask, 80
    .set PROGRAM_done, 88

    /* struct record */
    .set RECORD_number, 0
    .set RECORD_flags, 8
    .set RECORD_args, 16
    .set RECORD_result, 64
    .set RECORD_store, 72
    .set RECORD_jump, 80
    .set RECORD_jump_on_error, 88
    .set RECORD_LENGTH, 96

    .set FLAG_IGNORE_ERROR, 1

    .text
start:
/* long sys6(long number, long a0, ... long a5): the kernel's raw result. */
sys6:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    ret

/*
 * long run(struct program *): clones a child that executes the program; the raw result of the clone.
 * The child shares our memory and must leave the stack alone: it lives in rbx (record), rbp (flags), r12 (program),
 * r13 (where to go at the end).
 */
    .balign 16, 0xcc
run:
    push %rbx
    push %rbp
    push %r12
    mov %rdi, %r12
    mov $SIG_SETMASK, %edi
    lea PROGRAM_full_mask(%r12), %rsi
    lea PROGRAM_old_mask(%r12), %rdx
    mov $8, %r10d
    mov $NR_rt_sigprocmask, %eax
    syscall
    mov PROGRAM_clone_args(%r12), %rdi
    mov PROGRAM_clone_args+8(%r12), %rsi
    mov PROGRAM_clone_args+16(%r12), %rdx
    mov PROGRAM_clone_args+24(%r12), %r10
    mov PROGRAM_clone_args+32(%r12), %r8
    mov PROGRAM_clone(%r12), %rax
    syscall
    test %rax, %rax
    jz child
    mov %rax, %rbx
    mov $SIG_SETMASK, %edi
    lea PROGRAM_old_mask(%r12), %rsi
    xor %edx, %edx
    mov $8, %r10d
    mov $NR_rt_sigprocmask, %eax
    syscall
    mov %rbx, %rax
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .macro argument index, register
    mov RECORD_args+8*\index(%rbx), \register
    bt $8+\index, %ebp
    jnc 1f
    mov (\register), \register
1:
    .endm

child:
    lea leave(%rip), %r13
enter:
    mov PROGRAM_entry(%r12), %rbx
record:
    mov RECORD_flags(%rbx), %rbp
    argument 0, %rdi
    argument 1, %rsi
    argument 2, %rdx
    argument 3, %r10
    argument 4, %r8
    argument 5, %r9
    mov RECORD_number(%rbx), %rax
    test %rax, %rax
    js end
    syscall
    mov %rax, RECORD_result(%rbx)
    cmp $-4095, %rax
    jae error
    mov RECORD_store(%rbx), %rcx
    test %rcx, %rcx
    jz 1f
    mov %eax, (%rcx)
1:
    mov RECORD_jump(%rbx), %rax
    jmp next
error:
    test $FLAG_IGNORE_ERROR, %ebp
    jz fail
    mov RECORD_jump_on_error(%rbx), %rax
next:
    add $RECORD_LENGTH, %rbx
    test %rax, %rax
    cmovnz %rax, %rbx
    jmp record
fail:
    neg %rax
    mov %rax, PROGRAM_errno(%r12)
    mov %rbx, PROGRAM_failed(%r12)
end:
    jmp *%r13
leave:
    mov $1, %edi
    mov $NR_exit_group, %eax
    syscall
    hlt

/* void on_signal(int signal): writes its number as one byte to the descriptor in the data word. */
    .balign 16, 0xcc
on_signal:
    push %rdi
    mov start+DATA(%rip), %edi
    mov %rsp, %rsi
    mov $1, %edx
    mov $NR_write, %eax
    syscall
    pop %rdi
    ret

/* Where the kernel returns to from on_signal (SA_RESTORER). */
    .balign 16, 0xcc
restorer:
    mov $NR_rt_sigreturn, %eax
    syscall
    hlt

/* void on_thread(int signal): has the thread that it interrupts execute the program in the second data word. */
    .balign 16, 0xcc
on_thread:
    push %rbx
    push %rbp
    push %r12
    push %r13
    mov start+DATA+8(%rip), %r12
    lea 1f(%rip), %r13
    jmp enter
1:
    movq $1, PROGRAM_done(%r12)
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

/*
 * void on_blocked(int signal, siginfo *): names the system call that a filter has trapped, and dies. While the handler
 * runs SIGSYS is blocked, so that the next trapped call, execve, ends the process by it.
 */
    .balign 16, 0xcc
on_blocked:
    mov SIGINFO_syscall(%rsi), %eax
    sub $64, %rsp
    lea 63(%rsp), %rdi
    movb $'\n', (%rdi)
    mov $10, %ecx
1:
    xor %edx, %edx
    div %ecx
    add $'0', %dl
    dec %rdi
    mov %dl, (%rdi)
    test %eax, %eax
    jnz 1b
    lea blocked_text(%rip), %rax
    mov %rax, (%rsp)
    movq $BLOCKED_LENGTH, 8(%rsp)
    mov %rdi, 16(%rsp)
    lea 64(%rsp), %rax
    sub %rdi, %rax
    mov %rax, 24(%rsp)
    mov $2, %edi
    mov %rsp, %rsi
    mov $2, %edx
    mov $NR_writev, %eax
    syscall
    xor %edi, %edi
    xor %esi, %esi
    xor %edx, %edx
    mov $NR_execve, %eax
    syscall
    mov $DIED_OF_SIGSYS, %edi
    mov $NR_exit_group, %eax
    syscall
    hlt
blocked_text:
    .ascii "slirp4netns: seccomp: blocked system call "
    .set BLOCKED_LENGTH, . - blocked_text
